import type { DroppedFile } from './host/files';

/** The files that were chosen in an input; of a folder, with their folders. */
export function filesOfInput({ files }: HTMLInputElement): Promise<DroppedFile[]> {
  return Promise.all([...(files ?? [])].map((file) => read(file.webkitRelativePath || file.name, file)));
}

/** Files and folders that were dropped. The list is empty when the event is over: it is read at once. */
export async function droppedFiles(items: DataTransferItemList): Promise<DroppedFile[]> {
  const dropped = [...items].map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const files = await Promise.all(dropped.filter((each) => each !== null).map(filesOf));
  return files.flat();
}

/** What a script put there is a file, and no entry of a file system. */
async function filesOf(dropped: File | FileSystemEntry): Promise<DroppedFile[]> {
  return dropped instanceof File ? [await read(dropped.name, dropped)] : filesOfEntry(dropped);
}

async function filesOfEntry(entry: FileSystemEntry): Promise<DroppedFile[]> {
  if (entry instanceof FileSystemFileEntry) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [await read(entry.fullPath.replace(/^\//, ''), file)];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: DroppedFile[] = [];
  for (;;) {
    // A browser tells some of them at a time.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return files;
    for (const below of some) files.push(...(await filesOfEntry(below)));
  }
}

async function read(path: string, file: File): Promise<DroppedFile> {
  return { path, bytes: new Uint8Array(await file.arrayBuffer()) };
}
