// What stands beside the picture: times, records, errors. Text from outside is never read as HTML.

const KEPT_ERRORS = 5;
const STAGES = [
  ['produced', 'action in topic'],
  ['prompt', 'prompt in topic'],
  ['embedding', 'embeddings read'],
  ['drawn', 'picture drawn'],
];

/** Returns an element with this text and these properties. */
export function element(name, text = '', properties = {}) {
  const created = document.createElement(name);
  created.textContent = text;
  return Object.assign(created, properties);
}

const byId = (id) => document.getElementById(id);

/** Shows the milliseconds from the click to each stage; stages that are not reached yet are empty. */
export function showTimeline(times) {
  const longest = Math.max(1, ...Object.values(times));
  byId('timeline').replaceChildren(...STAGES.map(([stage, label]) => {
    const item = element('li');
    const meter = element('meter', '', { max: longest, value: times[stage] ?? 0 });
    meter.setAttribute('aria-hidden', 'true');
    const millis = times[stage] === undefined ? '' : `${times[stage].toFixed(1)} ms`;
    item.append(element('span', label), meter, element('b', millis));
    return item;
  }));
}

/** Shows the median and the 99th percentile of the last clicks, in milliseconds. */
export function showLatency(millis) {
  const sorted = [...millis].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  byId('latency').textContent = `${sorted.length} action${sorted.length > 1 ? 's' : ''}: median ${at(0.5).toFixed(1)} ms, p99 `
    + `${at(0.99).toFixed(1)} ms`;
}

/** Shows one refused action or prompt. */
export function showError({ code, message }) {
  const item = element('li');
  item.append(element('b', code), ` ${message}`);
  const list = byId('errors');
  list.prepend(item);
  while (list.children.length > KEPT_ERRORS) {
    list.lastChild.remove();
  }
  byId('errors-section').hidden = false;
}

/** Shows the records of one action: [title, {topic, partition, offset, bytes, value}]. */
export function showRecords(records) {
  const open = new Set([...byId('records').querySelectorAll('details[open]')].map((d) => d.id));
  byId('records').replaceChildren(...records.filter(([, record]) => record).map(([title, record]) => {
    const { topic, partition, offset, bytes, value } = record;
    const details = element('details', '', { id: `record-${title.replaceAll(' ', '-')}` });
    details.open = open.has(details.id);
    const size = bytes.toLocaleString('en');
    details.append(
      element('summary', `${title} · ${topic}-${partition} @ ${offset} · ${size} bytes`),
      element('pre', JSON.stringify(value, null, 2)));
    return details;
  }));
}

/** Shows how many embeddings a second the stream makes. */
export function showRate(perSecond) {
  byId('rate').textContent = Math.round(perSecond).toLocaleString('en');
}

/** Shows how far the random clicks are. */
export function showLoad({ sent, received, total, seconds, finished }) {
  byId('load').disabled = !finished;
  byId('load-progress').hidden = finished;
  byId('load-progress').value = total ? received / total : 0;
  const count = (number) => number.toLocaleString('en');
  byId('load-text').textContent = received === total
    ? `${count(total)} clicks encoded in ${seconds.toFixed(2)} s`
    : `${count(sent)} sent, ${count(received)} encoded`;
}
