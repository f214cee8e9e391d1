// A page that is read from the folder may start no worker, and without one it cannot be searched:
// there a hidden frame does the work.
if (location.protocol === "file:") {
  window.Worker = class {
    constructor(url) {
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.body.append(this.frame);
      const inner = this.frame.contentWindow;
      inner.postMessage = (data) => setTimeout(() => this.onmessage?.({ data }));
      const script = inner.document.createElement("script");
      script.src = new URL(url, location.href);
      this.ready = new Promise((done, failed) => {
        script.onload = () => done(inner);
        script.onerror = failed;
      });
      inner.document.body.append(script);
    }

    postMessage(data) {
      this.ready.then(
        (inner) => inner.onmessage({ data }),
        (event) => this.onerror?.(event),
      );
    }

    terminate() {
      this.frame.remove();
    }
  };
}
