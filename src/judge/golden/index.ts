export { howFarMoved, type Moved } from './moved';
export { GOLDEN_LENGTHS, goldenPlans, type GoldenLength, type GoldenPlan } from './plan';
export { readGolden, readManifest, writeGolden, type Golden, type GoldenEntry, type GoldenManifest } from './store';
export { checkNotVacuous } from './vacuous';
