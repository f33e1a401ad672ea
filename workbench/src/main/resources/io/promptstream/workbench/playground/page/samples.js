// The sample pictures, which the page draws itself.

const WIDTH = 1200;
const HEIGHT = 800;

/** Returns a canvas with the sample of this name. */
export function sample(name) {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext('2d');
  (name === 'cells' ? cells : shapes)(context);
  return canvas;
}

function shapes(context) {
  const sky = context.createLinearGradient(0, 0, 0, HEIGHT);
  sky.addColorStop(0, '#9cc8ee');
  sky.addColorStop(0.62, '#e8f1f8');
  context.fillStyle = sky;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  fill(context, '#7fae6b', (path) => path.rect(0, 500, WIDTH, 300));
  fill(context, '#6b6f78', (path) => path.rect(0, 610, WIDTH, 120));
  context.fillStyle = '#e9e4c9';
  for (let x = 20; x < WIDTH; x += 130) {
    context.fillRect(x, 666, 70, 8);
  }
  fill(context, '#f6c945', (path) => path.arc(1040, 130, 62, 0, 2 * Math.PI));
  fill(context, '#c96f4a', (path) => path.rect(120, 300, 260, 230));
  fill(context, '#7d3b2e', (path) => polygon(path, [90, 310, 250, 170, 410, 310]));
  fill(context, '#4d3626', (path) => path.rect(225, 410, 60, 120));
  for (const x of [150, 310]) {
    fill(context, '#cfe6f5', (path) => path.rect(x, 340, 50, 50));
  }
  fill(context, '#6a4a33', (path) => path.rect(520, 390, 30, 140));
  fill(context, '#2f7a46', (path) => path.arc(535, 330, 92, 0, 2 * Math.PI));
  fill(context, '#d33f3f', (path) => path.roundRect(640, 560, 360, 90, 24));
  fill(context, '#b62f31', (path) => polygon(path, [710, 562, 760, 492, 890, 492, 945, 562]));
  fill(context, '#cfe6f5', (path) => polygon(path, [732, 556, 770, 504, 818, 504, 818, 556]));
  fill(context, '#cfe6f5', (path) => polygon(path, [832, 556, 832, 504, 880, 504, 918, 556]));
  for (const x of [720, 920]) {
    fill(context, '#22252b', (path) => path.arc(x, 652, 42, 0, 2 * Math.PI));
    fill(context, '#b9bec7', (path) => path.arc(x, 652, 18, 0, 2 * Math.PI));
  }
}

function cells(context) {
  context.fillStyle = '#f3dfe6';
  context.fillRect(0, 0, WIDTH, HEIGHT);
  // A fixed sequence, so that the picture is always the same.
  let state = 7;
  const random = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  for (let row = 0; row < 6; row++) {
    for (let column = 0; column < 9; column++) {
      const x = 70 + column * 132 + 50 * (random() - 0.5) + (row % 2) * 40;
      const y = 70 + row * 132 + 50 * (random() - 0.5);
      const radius = 34 + 26 * random();
      const squash = 0.75 + 0.25 * random();
      const turn = Math.PI * random();
      fill(context, '#d79bb5', (path) => path.ellipse(x, y, radius, radius * squash, turn, 0, 7));
      fill(context, '#6d3f86', (path) =>
        path.ellipse(x + 5, y - 4, radius * 0.42, radius * 0.36, turn, 0, 7));
    }
  }
}

function fill(context, colour, draw) {
  context.fillStyle = colour;
  context.beginPath();
  draw(context);
  context.fill();
}

function polygon(path, numbers) {
  path.moveTo(numbers[0], numbers[1]);
  for (let i = 2; i < numbers.length; i += 2) {
    path.lineTo(numbers[i], numbers[i + 1]);
  }
  path.closePath();
}
