// Runs before the first paint, so that a chosen theme does not flash in the other one first.
(function () {
  try {
    for (const name of ['theme', 'density', 'keys']) {
      const chosen = localStorage.getItem('proa.' + name);
      if (chosen) document.documentElement.dataset[name] = chosen;
    }
  } catch (refused) {
    document.documentElement.dataset.storage = 'refused';
  }
})();
