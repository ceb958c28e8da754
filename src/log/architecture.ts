/** The model that a log of one run prints under `Model architecture:`, in PyTorch's notation; undefined where it prints none. */
export function architectureOf(text: string): string | undefined {
  return /^Model architecture:\n(\w+\(\n(?: .*\n)*\))$/m.exec(text.replace(/\r/g, ''))?.[1];
}
