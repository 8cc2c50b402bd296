// The one global of widget.js, and what the modules that it loads share with it. Its own file stays unannotated: it is read by
// everybody who wants to know what a shop's page is loaded with.

type KefuContext = import("../../assets/shared/bridge.js").Context;

interface KefuParts {
  // By widget.js:
  script: HTMLScriptElement;
  origin: string;
  locale: string;
  color: string;
  local: Record<string, string>;
  session: Record<string, string>;
  host: HTMLElement;
  panel: HTMLElement;
  button: HTMLElement;
  frame: HTMLIFrameElement | null | undefined;
  open: boolean;
  unread: number;
  /** The last call of each name that came early: the address of the page then, what was given. */
  queue: Map<string, [string, unknown[]]>;
  /** What the frame said early. */
  heard: MessageEvent[];
  tell(name: string, detail?: unknown): void;
  hear(event: MessageEvent): void;
  load(): void;
  count(now: number): void;
  show(now: boolean): void;
  draw(): void;
  style(rules: string): void;
  calls: Record<string, (...values: unknown[]) => void>;
  // By widget-page.js:
  context?(): KefuContext;
  badge?(count: number): void;
  // By widget-chat.js:
  framed?(): void;
  shown?(): void;
  drawn?(count: number, zh: boolean): void;
  turned?(context: KefuContext): void;
}

interface Window {
  kefu: ((name: string, ...values: unknown[]) => void) & {
    q?: [string, ...unknown[]][];
    mount?: () => void;
  };
  /** Not in every browser. */
  CloseWatcher?: new () => { onclose: (() => void) | null; destroy(): void };
}
