// The page: turns gestures into actions, and shows what the stream makes of them.

import { element, showError, showLatency, showLoad, showRate, showRecords, showTimeline }
  from './panel.js';
import { maskCanvas } from './masks.js';
import { Picture } from './picture.js';
import { sample } from './samples.js';
import { connect } from './socket.js';

const COLOURS = ['#ffb000', '#29a3ff', '#ff5fc4', '#7ee04a', '#b48cff', '#ff7a33'];
const MAX_OBJECTS = 6;
const MAX_FILE_BYTES = 50 * 2 ** 20;
const KEPT_LATENCIES = 1000;
const LOAD = 10000;

const byId = (id) => document.getElementById(id);
const session = storedSession();
const objects = [];
// Of each action that is not drawn yet, and of the last one that is: its times and records.
const actions = new Map();
const actionOfPrompt = new Map();
const early = new Map();
const latencies = [];
let current = null;
let imageId = '';
let shown = 'all';
let lastAction = null;
let panelTimer = 0;

const picture = new Picture(byId('picture'), {
  tool: () => checked('tool'),
  onPoint: (at, background) => {
    const label = background ? 'BACKGROUND' : checked('label');
    act({ AddPoint: { point: { ...at, label } } }, { ...at, label });
  },
  onBox: (box) => act({ SetBox: { box } }),
  onPolygon: (ring) => act(setMask({ rings: [ring.flatMap(({ x, y }) => [x, y])] })),
});

const send = connect(session, (message) => handlers[message.type]?.(message), (open) => {
  if (!open) {
    byId('model').textContent = 'The connection is lost. Trying again …';
  }
});

const handlers = {
  hello(message) {
    byId('model').textContent = `model ${message.model_id} on ${message.brokers}`;
    byId('random').hidden = !message.random_weights;
    byId('masks').textContent = message.decoder
      ? `Masks come from ${message.decoder}.`
      : 'No masks are shown: they need a decoder (--decoder URL), which is not part of PromptStream.';
  },
  produced(message) {
    stage(message.action_id, 'produced', { action: message.record });
  },
  prompt(message) {
    const { prompt_id: id, action_id: actionId, record } = message;
    const { object, revision } = named(id);
    if (!object) {
      return;
    }
    actionOfPrompt.set(id, actionId);
    if (revision >= object.revision) {
      object.revision = revision;
      object.prompt = record.value;
    }
    stage(actionId, 'prompt', { prompt: record });
    redraw();
    if (early.has(id)) {
      handlers.embedding(early.get(id));
      early.delete(id);
    }
  },
  embedding(message) {
    const { prompt_id: id, side, pads, corners_first: cornersFirst, tokens, mask } = message;
    const { object, revision } = named(id);
    if (!object) {
      return;
    }
    if (revision > object.revision) {
      // Two threads of the server read prompts and embeddings.
      early.set(id, message);
      return;
    }
    if (revision >= object.embeddingRevision) {
      object.embeddingRevision = revision;
      const names = tokenNames(object.prompt, cornersFirst, tokens.length);
      const maps = tokens.map(bytes);
      object.embedding = { side, pads, names, maps, mask: mask && bytes(mask), shown: {} };
    }
    const actionId = actionOfPrompt.get(id);
    actionOfPrompt.delete(id);
    stage(actionId, 'embedding', { sparse: message.sparse, dense: message.dense });
    redraw();
    requestAnimationFrame(() => drawn(actionId));
  },
  masks({ prompt_id: id, masks, scores, error }) {
    const { object, revision } = named(id);
    if (object) {
      object.mask = error || !masks.length ? null : { revision, canvas: maskCanvas(masks[0], object.colour) };
      byId('masks').textContent = error ? `No mask: ${error}` : `Mask of object ${object.id}: score ${scores[0]}`;
      redraw();
    }
  },
  error(message) {
    showError(message);
    status(`${message.code}: ${message.message}`);
    actions.delete(message.action_id);
    redraw();
  },
  rate: ({ per_second: perSecond }) => showRate(perSecond),
  load: showLoad,
};

/** Returns the object and the revision of a prompt of this session; no object if it is another's. */
function named(promptId) {
  const [start, end] = [promptId.indexOf('/'), promptId.lastIndexOf('/')];
  return promptId.slice(0, start) === sessionId()
    ? { object: objectOf(promptId.slice(start + 1, end)), revision: Number(promptId.slice(end + 1)) }
    : {};
}

/** Sends an action on the selected object. */
function act(action, mark = null, fields = {}) {
  const { width, height } = picture.size;
  const id = randomId();
  const sent = send({
    type: 'action',
    action: {
      action_id: id,
      session_id: sessionId(),
      object_id: current.id,
      image_id: imageId,
      image_size: { height, width },
      ...fields,
      action,
    },
  });
  if (!sent) {
    status('There is no connection.');
    return;
  }
  actions.set(id, { at: performance.now(), times: {}, records: {}, mark });
  lastAction = id;
  redraw();
}

function stage(id, name, records) {
  const action = actions.get(id);
  if (!action) {
    return;
  }
  action.times[name] = performance.now() - action.at;
  Object.assign(action.records, records);
  if (name !== 'produced') {
    action.mark = null;
  }
  if (id === lastAction) {
    clearTimeout(panelTimer);
    panelTimer = setTimeout(showPanel);
  }
}

/** Shows the last action beside the picture, after the picture itself is drawn. */
function showPanel() {
  const { times, records } = actions.get(lastAction) ?? {};
  if (times) {
    showTimeline(times);
    showRecords([['action', records.action], ['prompt event', records.prompt],
      ['sparse embedding', records.sparse], ['dense embedding', records.dense]]);
  }
}

function drawn(id) {
  const action = actions.get(id);
  if (!action) {
    return;
  }
  stage(id, 'drawn', {});
  latencies.push(action.times.drawn);
  latencies.splice(0, latencies.length - KEPT_LATENCIES);
  showLatency(latencies);
  if (id !== lastAction) {
    actions.delete(id);
  }
  document.dispatchEvent(new CustomEvent('promptstream:drawn', { detail: action.times }));
}

function redraw() {
  const pending = [...actions.values()].map(({ mark }) => mark).filter(Boolean);
  picture.scene = { objects, current, pending };
  showTokens();
  picture.map = map();
}

/** Offers the tokens and the mask of the selected object's embedding. */
function showTokens() {
  const tokens = current.embedding?.names ?? [];
  const mask = current.embedding?.mask;
  const options = [['all', tokens.length ? 'all tokens' : 'no tokens']];
  tokens.forEach((name, i) => options.push([String(i), `${i + 1}: ${name}`]));
  if (mask) {
    options.push(['mask', 'mask (principal components)']);
  }
  const select = byId('token');
  const key = JSON.stringify(options);
  if (select.dataset.key !== key) {
    select.dataset.key = key;
    select.replaceChildren(...options.map(([value, text]) => element('option', text, { value })));
    const wanted = mask && !tokens.length ? 'mask' : shown;
    select.value = options.some(([value]) => value === wanted) ? wanted : 'all';
  }
}

/** Names the tokens of a prompt, in the order of its model family. */
function tokenNames(prompt, cornersFirst, count) {
  const points = (prompt?.points ?? []).map(({ label }) => label.toLowerCase());
  const corners = prompt?.box ? ['top left', 'bottom right'] : [];
  const names = cornersFirst ? [...corners, ...points] : [...points, ...corners];
  return Array.from({ length: count }, (_, i) => names[i] ?? 'padding');
}

/** Returns the map of the chosen token; it is the same object until another is to be drawn. */
function map() {
  const { embedding } = current;
  const choice = byId('token').value;
  byId('scale').hidden = choice === 'mask';
  if (!embedding) {
    return null;
  }
  embedding.shown[choice] ??= mapOf(embedding, choice);
  return embedding.shown[choice];
}

function mapOf({ side, pads, names, maps, mask }, choice) {
  const cells = { side, ...imageCells(side, pads) };
  if (choice === 'mask') {
    return { ...cells, values: mask, channels: 3 };
  }
  const chosen = choice === 'all' ? maps.filter((_, i) => names[i] !== 'padding') : [maps[choice]];
  if (!chosen[0]) {
    return null;
  }
  const values = chosen[0].slice();
  for (const other of chosen.slice(1)) {
    for (let cell = 0; cell < values.length; cell++) {
      values[cell] = Math.max(values[cell], other[cell]);
    }
  }
  return { ...cells, values, channels: 1 };
}

/** Returns how many columns and rows of the grid the image has; SAM pads the shorter side. */
function imageCells(side, pads) {
  const { width, height } = picture.size;
  if (!pads) {
    return { width: side, height: side };
  }
  const longest = Math.max(width, height);
  return { width: (side * width) / longest, height: (side * height) / longest };
}

function objectOf(id) {
  return objects.find((object) => object.id === id) ?? addObject(id);
}

function addObject(id) {
  const colour = COLOURS[objects.length % COLOURS.length];
  const object = { id, colour, prompt: null, embedding: null, mask: null, revision: -1, embeddingRevision: -1 };
  objects.push(object);
  showObjects();
  return object;
}

function showObjects() {
  const buttons = objects.map((object) => {
    const button = element('button', `Object ${object.id}`, { type: 'button' });
    button.setAttribute('role', 'radio');
    button.setAttribute('aria-checked', String(object === current));
    const dot = element('i', '', { className: 'dot' });
    dot.style.background = object.colour;
    button.prepend(dot);
    button.addEventListener('click', () => select(object));
    return button;
  });
  const add = element('button', '+', { type: 'button', disabled: objects.length >= MAX_OBJECTS });
  add.setAttribute('aria-label', 'New object');
  add.addEventListener('click', () => select(addObject(String(objects.length + 1))));
  byId('objects').replaceChildren(...buttons, add);
}

function select(object) {
  current = object;
  showObjects();
  redraw();
}

/** Shows a picture, and begins with one object without a prompt unless the session continues. */
function open(id, image, width, height, continues) {
  imageId = id;
  if (!continues) {
    const number = Number(sessionStorage.getItem('picture') ?? 1) + 1;
    sessionStorage.setItem('picture', String(number));
    objects.length = 0;
  }
  picture.show(image, width, height);
  select(objects[0] ?? addObject('1'));
}

function openSample(name, continues = false) {
  const canvas = sample(name);
  sessionStorage.setItem('sample', name);
  byId('sample').value = name;
  open(name, canvas, canvas.width, canvas.height, continues);
}

async function openFile(file) {
  if (file.size > MAX_FILE_BYTES) {
    status(`${file.name} has ${Math.round(file.size / 2 ** 20)} MiB, at most 50 MiB are read.`);
    return;
  }
  try {
    const image = await createImageBitmap(file);
    sessionStorage.removeItem('sample');
    byId('sample').value = '';
    open(file.name.slice(0, 100), image, image.width, image.height, false);
    image.close();
    status(`${file.name} stays in this browser: only its name and size are sent.`);
  } catch {
    status(`${file.name} is not a picture that this browser can read.`);
  }
}

function status(text) {
  byId('status').textContent = text;
}

function checked(group) {
  return document.querySelector(`[data-${group}][aria-checked="true"]`).dataset[group];
}

function check(group, value) {
  for (const button of document.querySelectorAll(`[data-${group}]`)) {
    button.setAttribute('aria-checked', String(button.dataset[group] === value));
  }
  picture.cancel();
}

function bytes(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function randomId() {
  const random = crypto.getRandomValues(new Uint8Array(12));
  return [...random].map((value) => value.toString(16).padStart(2, '0')).join('');
}

/** The session survives a reload of the page; another page has another one. */
function storedSession() {
  const id = sessionStorage.getItem('session') ?? randomId();
  sessionStorage.setItem('session', id);
  return id;
}

/** Each picture has its own session, because the size of a session's image never changes. */
function sessionId() {
  return `${session}-${sessionStorage.getItem('picture') ?? 1}`;
}

function setMask(mask) {
  return { SetMask: { mask } };
}

/** Reads what was pasted: an action, COCO's RLE, or polygons. */
function pasted(text) {
  const value = JSON.parse(text);
  if (Array.isArray(value)) {
    return { action: setMask({ rings: Array.isArray(value[0]) ? value : [value] }) };
  }
  if (value?.size && value.counts) {
    const [height, width] = value.size;
    return { action: setMask({ height, width, counts: value.counts }) };
  }
  if (value?.counts || value?.rings || value?.bits) {
    return { action: setMask(value) };
  }
  if (value === null || typeof value !== 'object') {
    throw new Error('This is neither a mask nor an action.');
  }
  return value.action ? value : { action: value };
}

for (const group of ['tool', 'label']) {
  for (const button of document.querySelectorAll(`[data-${group}]`)) {
    button.addEventListener('click', () => check(group, button.dataset[group]));
  }
}
byId('undo').addEventListener('click', () => act({ Undo: {} }));
byId('redo').addEventListener('click', () => act({ Redo: {} }));
byId('clear').addEventListener('click', () => act({ Clear: {} }));
byId('load').addEventListener('click', () => send({ type: 'load', events: LOAD }));
byId('token').addEventListener('change', (event) => {
  shown = event.target.value;
  redraw();
});
byId('sample').addEventListener('change', (event) => openSample(event.target.value));
byId('file').addEventListener('change', (event) => {
  if (event.target.files[0]) {
    openFile(event.target.files[0]);
  }
  event.target.value = '';
});
byId('paste-open').addEventListener('click', () => {
  byId('paste-error').textContent = '';
  byId('paste').showModal();
});
byId('paste-send').addEventListener('click', (event) => {
  try {
    const { action, ...fields } = pasted(byId('paste-text').value);
    act(action, null, fields);
  } catch (error) {
    event.preventDefault();
    byId('paste-error').textContent = error.message;
  }
});
document.addEventListener('keydown', (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || byId('paste').open;
  if (typing || event.ctrlKey || event.metaKey) {
    return;
  }
  const onPicture = event.target === byId('picture') || event.target === document.body;
  if (event.key === 'z' || event.key === 'Z') {
    act(event.shiftKey ? { Redo: {} } : { Undo: {} });
  } else if (event.key === 'Escape') {
    if (picture.ring.length) {
      picture.cancel();
    } else {
      act({ Clear: {} });
    }
  } else if (event.key === 'Enter' && onPicture) {
    picture.finishRing();
  } else if (event.key === 'Tab' && event.target === byId('picture') && !event.shiftKey) {
    check('label', checked('label') === 'FOREGROUND' ? 'BACKGROUND' : 'FOREGROUND');
    event.preventDefault();
  }
});
for (const type of ['dragover', 'dragleave', 'drop']) {
  document.addEventListener(type, (event) => {
    event.preventDefault();
    byId('drop').hidden = type !== 'dragover';
    if (type === 'drop' && event.dataTransfer.files[0]) {
      openFile(event.dataTransfer.files[0]);
    }
  });
}
showTimeline({});
openSample(sessionStorage.getItem('sample') ?? 'shapes', sessionStorage.getItem('sample') !== null);
