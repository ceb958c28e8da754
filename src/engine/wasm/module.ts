import { readPackageBytes } from '../../base/files';

export async function compileKernels(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(readPackageBytes('dist/engine/wasm/kernels.wasm'));
}
