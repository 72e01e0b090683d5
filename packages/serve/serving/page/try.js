/**
 * What GET /v1/model answers, as far as the page needs it.
 *
 * @typedef {object} Model
 * @property {'image' | 'audio' | 'text'} modality
 * @property {string[]} labels
 * @property {{ backbone: string }} source
 * @property {{ fileBytes: number }} limits
 */

/** @typedef {{ label: string, probability: number }} Score */

/** Classes that are shown before the others are asked for. */
const FIRST = 8;
const MEBIBYTE = 2 ** 20;

const words = {
  image: { many: 'pictures', drop: 'Drop a picture here', accept: 'image/*' },
  audio: { many: 'recordings', drop: 'Drop a recording here', accept: 'audio/*' },
  text: { many: 'texts', drop: '', accept: '' },
};

/** Kept here alone, and forgotten with the page. */
let token = '';
/** @type {Model | null} */
let model = null;

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
function element(id, kind) {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`the page has no ${id}`);
}

const about = element('about', HTMLElement);
const problem = element('problem', HTMLElement);
const tokenForm = element('token-form', HTMLFormElement);
const textForm = element('text-form', HTMLFormElement);
const files = element('files', HTMLElement);
const drop = element('drop', HTMLElement);
const chooser = element('file', HTMLInputElement);
const results = element('results', HTMLOListElement);

/** A request that the server refused, with its sentence. */
class Refused extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * Asks the server, and gives what it answers.
 *
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<any>}
 */
async function ask(path, init = {}) {
  const headers = new Headers(init.headers);
  if (token !== '') headers.set('authorization', `Bearer ${token}`);
  const response = await fetch(path, { ...init, headers }).catch(() => {
    throw new Refused(0, 'The server does not answer; is it still running?');
  });
  const body = await response.json().catch(() => null);
  if (response.ok && body !== null) return body;
  const said = body?.error?.message;
  throw new Refused(
    response.status,
    typeof said === 'string' ? sentence(said) : `Status ${response.status}.`,
  );
}

/** @param {string} text */
const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {string | null} message */
function say(message) {
  problem.textContent = message;
  problem.hidden = message === null;
}

/** Shows what the model takes, or asks for the token. */
async function begin() {
  try {
    model = /** @type {Model} */ (await ask('v1/model'));
  } catch (error) {
    const refused = error instanceof Refused && error.status === 401;
    about.textContent = refused ? 'The server asks for its token.' : '';
    tokenForm.hidden = !refused;
    say(refused && token === '' ? null : messageOf(error));
    if (refused) element('token', HTMLInputElement).focus();
    return;
  }
  say(null);
  const { modality, labels, source } = model;
  const { many, drop: invitation, accept } = words[modality];
  about.textContent = `It tells ${many} of ${labels.length} classes apart: ${shortList(labels)}. It was made of ${source.backbone}.`;
  tokenForm.hidden = true;
  textForm.hidden = modality !== 'text';
  files.hidden = modality === 'text';
  chooser.accept = accept;
  element('invitation', HTMLElement).textContent = invitation;
}

/** @param {string[]} labels */
const shortList = (labels) =>
  labels.length <= 12
    ? labels.join(', ')
    : `${labels.slice(0, 10).join(', ')} and ${labels.length - 10} more`;

/**
 * Makes an element with a text.
 *
 * @param {string} tag
 * @param {string} text
 * @param {string} [className]
 */
function make(tag, text, className = '') {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className !== '') made.className = className;
  return made;
}

/** @param {Score[]} scores */
function tableOf(scores) {
  const table = document.createElement('table');
  const body = table.createTBody();
  for (const { label, probability } of scores) {
    const row = body.insertRow();
    const name = make('th', label);
    name.setAttribute('scope', 'row');
    const bar = make('div', '', 'bar');
    bar.style.width = `${Math.max(1, 100 * probability)}%`;
    row.append(name);
    row.insertCell().append(bar);
    row.insertCell().textContent = `${(100 * probability).toFixed(1)} %`;
  }
  return table;
}

/** @param {Score[]} scores */
function answerOf(scores) {
  const shown = document.createDocumentFragment();
  shown.append(tableOf(scores.slice(0, FIRST)));
  if (scores.length > FIRST) {
    const rest = document.createElement('details');
    rest.append(make('summary', `${scores.length - FIRST} more`), tableOf(scores.slice(FIRST)));
    shown.append(rest);
  }
  return shown;
}

/**
 * Shows an input at the top of the list, and its answer once it is there.
 *
 * @param {string} name
 * @param {HTMLElement | null} preview
 * @param {() => Promise<{ predictions: { labels: Score[] }[] }>} predict
 */
async function show(name, preview, predict) {
  const item = document.createElement('li');
  const waiting = make('p', 'Classifying …', 'hint');
  item.append(...(preview === null ? [] : [preview]), make('p', name, 'name'), waiting);
  results.prepend(item);
  element('results-title', HTMLElement).hidden = false;
  try {
    const { predictions } = await predict();
    waiting.replaceWith(answerOf(predictions[0]?.labels ?? []));
  } catch (error) {
    waiting.replaceWith(make('p', messageOf(error), 'problem'));
  }
}

/**
 * The file as a picture or a player; it takes no room where the browser cannot show it.
 *
 * @param {File} file
 * @param {Model['modality']} modality
 */
function previewOf(file, modality) {
  const url = URL.createObjectURL(file);
  const preview = modality === 'image' ? new Image() : new Audio();
  if (preview instanceof HTMLImageElement) preview.alt = '';
  else preview.controls = true;
  preview.addEventListener('error', () => preview.remove());
  preview.src = url;
  return preview;
}

/** @param {Iterable<File>} chosen */
async function classifyFiles(chosen) {
  if (model === null || model.modality === 'text') return;
  const { modality, limits } = model;
  say(null);
  for (const file of chosen) {
    await show(file.name, previewOf(file, modality), () => {
      if (file.size > limits.fileBytes) {
        const most = (limits.fileBytes / MEBIBYTE).toFixed(1);
        throw new Error(`It has ${(file.size / MEBIBYTE).toFixed(1)} MiB, and the server takes ${most} MiB.`);
      }
      const form = new FormData();
      form.append('file', file, file.name);
      return ask('v1/predict', { method: 'POST', body: form });
    });
  }
}

tokenForm.addEventListener('submit', (event) => {
  event.preventDefault();
  token = element('token', HTMLInputElement).value.trim();
  void begin();
});

const field = element('text', HTMLTextAreaElement);
textForm.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = textForm.querySelector('button');
  if (button === null || button.disabled) return;
  button.disabled = true;
  const text = field.value;
  await show(text, null, () =>
    ask('v1/predict', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ texts: [text] }),
    }),
  );
  button.disabled = false;
});
field.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) textForm.requestSubmit();
});

chooser.addEventListener('change', async () => {
  await classifyFiles([...(chooser.files ?? [])]);
  chooser.value = '';
});
document.addEventListener('paste', (event) => {
  const pasted = [...(event.clipboardData?.files ?? [])];
  if (pasted.length > 0) void classifyFiles(pasted);
});

// A file that is dropped beside the field would else replace the page; a text still goes into its own field.
for (const kind of /** @type {const} */ (['dragenter', 'dragover', 'dragleave', 'drop'])) {
  document.addEventListener(kind, (event) => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    drop.classList.toggle('over', kind === 'dragenter' || kind === 'dragover');
    if (kind === 'drop') void classifyFiles([...event.dataTransfer.files]);
  });
}

void begin();
