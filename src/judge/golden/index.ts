export { howFarMoved, type Moved } from './moved';
export { readGolden, readManifest, type Golden, type GoldenEntry, type GoldenManifest } from './store';
export { checkNotVacuous } from './vacuous';
export { writeGolden } from './write';
