// Written into the documents of `proa dev`: loads the page again when its files have changed.
(() => {
  const changed = 'proa.page_changed';
  const events = new EventSource('/_proa/events');
  events.addEventListener('batch', (message) => {
    /** @type {{ e: { type: string }[] }} */
    const batch = JSON.parse(message.data);
    if (batch.e.some(({ type }) => type === changed)) {
      events.close();
      location.reload();
    }
  });
})();
