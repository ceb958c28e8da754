/** Tabs become the spaces up to the next multiple of 8 columns, as the report shows them. */
export function expandTabs(text: string): string {
  return text.replace(/^([^\t\n]*)\t/gm, (_, before: string) => before + ' '.repeat(8 - (before.length % 8)));
}
