// What stands in a page for the desktop and the loudspeaker, so that a test sees and hears them.

/**
 * What the page would have the desktop show and the loudspeaker play. The test says whether anybody looks, and which browser it is:
 * one that asks, one that refuses, or one that throws, as on Android.
 */
export function overhear() {
  const shown = [];
  window.notifications = shown;
  window.throws = false;
  window.Notification = class extends EventTarget {
    static permission = "default";
    static requestPermission = async () => {
      Notification.permission = "granted";
      return "granted";
    };
    constructor(title, options) {
      super();
      if (window.throws) throw new TypeError("Illegal constructor");
      Object.assign(this, { title, ...options });
      shown.push(this);
    }
    close() {
      this.closed = true;
      this.onclose?.();
    }
  };
  window.rings = 0;
  const param = { value: 0, setValueAtTime() {}, exponentialRampToValueAtTime() {} };
  window.AudioContext = class {
    state = "suspended";
    currentTime = 0;
    destination = {};
    // A browser hears nothing before the page is pressed, and keeps it waiting.
    resume = () => {
      if (navigator.userActivation.hasBeenActive) this.state = "running";
      return this.state === "running" ? Promise.resolve() : new Promise(() => {});
    };
    suspend = () => {
      this.state = "suspended";
      return Promise.resolve();
    };
    createGain = () => ({ gain: param, connect() {} });
    createOscillator = () => ({
      frequency: param,
      connect() {},
      start() {
        // Two notes are one ring.
        window.rings += 0.5;
      },
      stop() {
        setTimeout(() => this.onended?.());
      },
    });
  };
  window.looking = true;
  document.hasFocus = () => window.looking;
  window.look = (now) => {
    window.looking = now;
    dispatchEvent(new Event(now ? "focus" : "blur"));
  };
}
