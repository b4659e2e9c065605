// In place of a page whose development server does not answer: loads the page when it does.
const everyMs = 500;

/** @param {string} word @param {string} next */
function say(word, next) {
  const place = document.querySelector('#state .word');
  if (place !== null && place.textContent !== word) {
    place.textContent = word;
    document.querySelector('#next')?.replaceChildren(next);
  }
}

async function look() {
  const answer = await fetch(location.href, { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(5_000) }).catch(() => null);
  if (answer === null) {
    say('The runtime does not answer', 'It was stopped, or it is starting again. This page goes on asking.');
  } else if (answer.status === 401) {
    say('This page belongs to an earlier run', 'Open the new one with: proa open');
  } else if (answer.status !== 503) {
    location.reload();
  }
}

async function forever() {
  for (;;) {
    await look();
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

void forever();
