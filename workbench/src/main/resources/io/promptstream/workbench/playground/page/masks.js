// Masks of a decoder, as COCO's compressed RLE: runs of columns, the first one outside.

const MAX_PIXELS = 64 * 2 ** 20;
const MAX_SIDE = 512;

/** Returns a canvas with the mask in this colour, with at most 512 pixels a side. */
export function maskCanvas({ size: [height, width], counts }, colour) {
  if (!(height * width <= MAX_PIXELS)) {
    throw new Error(`The mask has ${height} x ${width} pixels.`);
  }
  const inside = new Uint8Array(height * width);
  let at = 0;
  runs(counts).forEach((run, i) => {
    inside.fill(i % 2, at, at + run);
    at += run;
  });
  const canvas = document.createElement('canvas');
  const scale = Math.min(1, MAX_SIDE / Math.max(height, width));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d');
  context.fillStyle = colour;
  for (let x = 0; x < canvas.width; x++) {
    const column = Math.floor(x / scale) * height;
    for (let y = 0; y < canvas.height; y++) {
      if (inside[column + Math.floor(y / scale)]) {
        context.fillRect(x, y, 1, 1);
      }
    }
  }
  return canvas;
}

/** Returns the lengths of the runs. A run is written in digits of 5 bits, as a difference. */
function runs(counts) {
  const lengths = [];
  for (let i = 0; i < counts.length; ) {
    let [run, shift, digit] = [0, 0, 0];
    do {
      digit = counts.charCodeAt(i++) - 48;
      run |= (digit & 31) << shift;
      shift += 5;
    } while (digit & 32);
    run |= digit & 16 ? -1 << shift : 0;
    lengths.push(run + (lengths.length > 2 ? lengths[lengths.length - 2] : 0));
  }
  return lengths;
}
