export { buildSchemas as default } from '../scripts/buildSchemas';
