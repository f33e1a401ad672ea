// The picture with what is drawn over it, and the gestures on it. All coordinates are image pixels.

const MAX_SIDE = 2048;
const DRAG_PIXELS = 6;
const CLOSE_PIXELS = 12;
const VIRIDIS = [
  [68, 1, 84], [72, 40, 120], [62, 74, 137], [49, 104, 142], [38, 130, 142], [31, 158, 137],
  [53, 183, 121], [109, 205, 89], [180, 222, 44], [253, 231, 37],
];
const LABEL_COLOURS = { FOREGROUND: '#12b35a', BACKGROUND: '#e0323f' };

export class Picture {
  #canvas;
  #context;
  #image = null;
  #size = { width: 0, height: 0 };
  #map = null;
  #drag = null;
  #ring = [];
  #hover = null;
  #ground = null;
  #frame = 0;
  #scene = { objects: [], current: null, pending: [] };

  /**
   * @param {HTMLCanvasElement} canvas where to draw
   * @param {{tool: () => string, onPoint: Function, onBox: Function, onPolygon: Function}} gestures
   *     the selected tool, and what to do with a point, a box or a ring
   */
  constructor(canvas, gestures) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
    this.gestures = gestures;
    canvas.addEventListener('contextmenu', (event) => event.preventDefault());
    canvas.addEventListener('pointerdown', (event) => this.#down(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    canvas.addEventListener('pointerup', (event) => this.#up(event));
    canvas.addEventListener('pointercancel', () => this.cancel());
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  /** Shows an image of any size; it is drawn with at most 2048 pixels a side. */
  show(image, width, height) {
    const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
    this.#image = document.createElement('canvas');
    this.#image.width = Math.max(1, Math.round(width * scale));
    this.#image.height = Math.max(1, Math.round(height * scale));
    this.#image.getContext('2d').drawImage(image, 0, 0, this.#image.width, this.#image.height);
    this.#size = { width, height };
    this.#ground = null;
    this.#canvas.style.aspectRatio = `${width} / ${height}`;
    this.cancel();
  }

  get size() {
    return this.#size;
  }

  /** Sets the prompts to draw: all objects, the selected one, and what is not answered yet. */
  set scene(scene) {
    this.#scene = scene;
    this.draw();
  }

  /**
   * Sets the map over the picture.
   *
   * @param {?{side: number, values: Uint8Array, channels: number, width: number, height: number}} map
   *     similarity from 0 to 255 or RGB of each cell, and how many cells the image has
   */
  set map(map) {
    if (map?.values !== this.#map?.values) {
      this.#map = map && { ...map, canvas: paint(map) };
      this.#ground = null;
      this.draw();
    }
  }

  /** Drops an unfinished box or ring. */
  cancel() {
    this.#drag = null;
    this.#ring = [];
    this.draw();
  }

  get ring() {
    return this.#ring;
  }

  /** Ends the ring that is being drawn. */
  finishRing() {
    const ring = this.#ring;
    this.cancel();
    if (ring.length >= 3) {
      this.gestures.onPolygon(ring);
    }
  }

  #position(event) {
    const bounds = this.#canvas.getBoundingClientRect();
    const clamp = (value, limit) => Math.round(Math.min(Math.max(value, 0), limit) * 100) / 100;
    const x = ((event.clientX - bounds.left) / bounds.width) * this.#size.width;
    const y = ((event.clientY - bounds.top) / bounds.height) * this.#size.height;
    return { x: clamp(x, this.#size.width), y: clamp(y, this.#size.height) };
  }

  #distance(a, b) {
    const scale = this.#canvas.clientWidth / this.#size.width;
    return Math.hypot(a.x - b.x, a.y - b.y) * scale;
  }

  #down(event) {
    if (event.button > 2 || !this.#image) {
      return;
    }
    this.#canvas.setPointerCapture(event.pointerId);
    const at = this.#position(event);
    this.#drag = { from: at, to: at, background: event.button === 2 || event.altKey };
  }

  #move(event) {
    this.#hover = this.#position(event);
    if (this.#drag) {
      this.#drag.to = this.#hover;
    }
    if (this.#drag || this.#ring.length) {
      this.draw();
    }
  }

  #up(event) {
    const drag = this.#drag;
    if (!drag) {
      return;
    }
    this.#drag = null;
    drag.to = this.#position(event);
    const dragged = this.#distance(drag.from, drag.to) > DRAG_PIXELS;
    const tool = this.gestures.tool();
    if (tool === 'polygon') {
      const closes = this.#ring.length >= 3 && this.#distance(drag.to, this.#ring[0]) < CLOSE_PIXELS;
      if (closes) {
        this.finishRing();
      } else {
        this.#ring.push(drag.to);
      }
    } else if (dragged) {
      this.gestures.onBox(box(drag));
    } else if (tool !== 'box') {
      this.gestures.onPoint(drag.to, drag.background);
    }
    this.draw();
  }

  /** Draws everything in the next frame, once for all changes before it. */
  draw() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#drawNow();
    });
  }

  #drawNow() {
    if (!this.#image || !this.#canvas.clientWidth) {
      return;
    }
    const ratio = window.devicePixelRatio || 1;
    const width = Math.round(this.#canvas.clientWidth * ratio);
    const height = Math.round((width * this.#size.height) / this.#size.width);
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
      this.#ground = null;
    }
    this.#ground ??= this.#paintGround(width, height);
    const context = this.#context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 1;
    context.drawImage(this.#ground, 0, 0);
    context.globalAlpha = 0.45;
    for (const { mask, embeddingRevision } of this.#scene.objects) {
      if (mask?.revision === embeddingRevision) {
        context.drawImage(mask.canvas, 0, 0, width, height);
      }
    }
    context.globalAlpha = 1;
    const unit = width / this.#size.width;
    context.setTransform(unit, 0, 0, unit, 0, 0);
    const pixel = ratio / unit;
    for (const object of this.#scene.objects) {
      this.#drawPrompt(object, object === this.#scene.current, pixel);
    }
    for (const mark of this.#scene.pending) {
      this.#dot(mark, '#fff', LABEL_COLOURS[mark.label], pixel);
    }
    this.#drawGesture(pixel);
  }

  /** Returns the image with the map over it, which most frames have in common. */
  #paintGround(width, height) {
    const ground = document.createElement('canvas');
    ground.width = width;
    ground.height = height;
    const context = ground.getContext('2d');
    context.drawImage(this.#image, 0, 0, width, height);
    if (this.#map) {
      const { canvas, width: columns, height: rows } = this.#map;
      context.drawImage(canvas, 0, 0, columns, rows, 0, 0, width, height);
    }
    return ground;
  }

  #drawPrompt({ colour, prompt }, current, pixel) {
    if (!prompt) {
      return;
    }
    const context = this.#context;
    context.globalAlpha = current ? 1 : 0.55;
    context.lineWidth = (current ? 3 : 2) * pixel;
    context.strokeStyle = colour;
    if (prompt.box) {
      const { x_min: x, y_min: y, x_max: right, y_max: bottom } = prompt.box;
      context.strokeRect(x, y, right - x, bottom - y);
    }
    for (const ring of prompt.mask?.rings ?? []) {
      context.beginPath();
      for (let i = 0; i < ring.length; i += 2) {
        context.lineTo(ring[i], ring[i + 1]);
      }
      context.closePath();
      context.stroke();
    }
    for (const point of prompt.points) {
      this.#dot(point, LABEL_COLOURS[point.label], colour, pixel);
    }
    context.globalAlpha = 1;
  }

  #dot({ x, y }, inside, outside, pixel) {
    const context = this.#context;
    context.beginPath();
    context.arc(x, y, 6 * pixel, 0, 2 * Math.PI);
    context.fillStyle = inside;
    context.fill();
    context.lineWidth = 3 * pixel;
    context.strokeStyle = outside;
    context.stroke();
    context.lineWidth = pixel;
    context.strokeStyle = '#fff';
    context.beginPath();
    context.arc(x, y, 7.5 * pixel, 0, 2 * Math.PI);
    context.stroke();
  }

  #drawGesture(pixel) {
    const context = this.#context;
    context.lineWidth = 2 * pixel;
    context.strokeStyle = '#fff';
    context.setLineDash([6 * pixel, 4 * pixel]);
    if (this.#drag && this.gestures.tool() !== 'polygon') {
      const { x_min: x, y_min: y, x_max: right, y_max: bottom } = box(this.#drag);
      context.strokeRect(x, y, right - x, bottom - y);
    }
    if (this.#ring.length) {
      context.beginPath();
      this.#ring.forEach(({ x, y }) => context.lineTo(x, y));
      if (this.#hover) {
        context.lineTo(this.#hover.x, this.#hover.y);
      }
      context.stroke();
      context.setLineDash([]);
      this.#dot(this.#ring[0], '#fff', '#222', pixel);
    }
    context.setLineDash([]);
  }
}

function box({ from, to }) {
  return {
    x_min: Math.min(from.x, to.x), y_min: Math.min(from.y, to.y),
    x_max: Math.max(from.x, to.x), y_max: Math.max(from.y, to.y),
  };
}

/** Paints one pixel per cell: similar cells are bright and opaque, others leave the picture. */
function paint({ side, values, channels }) {
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext('2d');
  const pixels = context.createImageData(side, side);
  const peak = channels === 1 ? Math.max(1, ...values) : 255;
  for (let cell = 0; cell < side * side; cell++) {
    const target = 4 * cell;
    if (channels === 3) {
      pixels.data.set(values.subarray(3 * cell, 3 * cell + 3), target);
      pixels.data[target + 3] = 190;
    } else {
      const share = values[cell] / peak;
      pixels.data.set(viridis(share), target);
      pixels.data[target + 3] = 45 + 175 * share;
    }
  }
  context.putImageData(pixels, 0, 0);
  return canvas;
}

function viridis(share) {
  const position = share * (VIRIDIS.length - 1);
  const low = Math.min(Math.floor(position), VIRIDIS.length - 2);
  return VIRIDIS[low].map((from, i) => from + (position - low) * (VIRIDIS[low + 1][i] - from));
}
