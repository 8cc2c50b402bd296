// The one global of widget.js. Its parameters stay unannotated there: every byte is downloaded by a shop's customers.
interface Window {
  kefu: ((name: string, ...values: unknown[]) => void) &
    Record<string, unknown> & { q?: [string][] };
}
