import { Table } from './parts.js';

/** A file that a page makes of what it carries. */
export interface OfferedFile {
  readonly name: string;
  /** As the script of the page knows it. */
  readonly kind: string;
  readonly holds: string;
}

/** Files that a page makes of what it carries, each with its button. */
export function FileTable({ files }: { readonly files: readonly OfferedFile[] }) {
  return (
    <Table<OfferedFile>
      caption="Files that this page can make, all of them without any network"
      rows={files}
      columns={[
        { heading: 'File', names: true, cell: (file) => <code>{file.name}</code> },
        { heading: 'Holds', cell: (file) => file.holds },
        { heading: 'Size', numeric: true, cell: (file) => <span data-size={file.kind}>–</span> },
        {
          heading: 'Download',
          cell: (file) => (
            <button type="button" class="needs-js" data-download={file.kind} data-name={file.name} aria-label={`Download ${file.name}`}>
              Download
            </button>
          ),
        },
      ]}
    />
  );
}
