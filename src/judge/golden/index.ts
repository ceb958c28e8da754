export { howFarMoved, type Moved } from './moved';
export { readGolden, readManifest, writeGolden, type Golden, type GoldenEntry, type GoldenManifest } from './store';
export { checkNotVacuous } from './vacuous';
