// What was drawn, brought to where written digits are: its longer side 20 of 28, its centre of mass in the middle.
// Source: Y. LeCun, C. Cortes, C. Burges, the MNIST database, "content was contained in a 20 x 20 pixel box".

const SHARE = 20 / 28;
const LOOK = 120; // pixels of the longer side at which ink is looked for
const INK = 40; // difference to the ground, of 255
const FINE = 5; // pixels of what is sent to one of the network's, a side

/**
 * {canvas, left, top, side}: the drawing moved, and where the network's whole picture lies on the board, so that
 * evidence can be laid over it; null where nothing is drawn.
 */
export function centred(board, ground, [, high, wide]) {
  const shrink = LOOK / Math.max(board.width, board.height);
  const small = sheet(Math.round(board.width * shrink), Math.round(board.height * shrink));
  const pen = small.getContext("2d", { willReadFrequently: true });
  pen.drawImage(board, 0, 0, small.width, small.height);
  const found = ink(pen.getImageData(0, 0, small.width, small.height), ground === "#ffffff" ? 255 : 0);
  if (!found) return null;
  const back = board.width / small.width;
  const inkWide = Math.max(found.right - found.left + 1, found.bottom - found.top + 1) * back;
  const out = sheet(wide * FINE, high * FINE);
  const grow = (SHARE * Math.min(out.width, out.height)) / inkWide; // from the board to what is sent
  const [x, y] = [(found.x + 0.5) * back, (found.y + 0.5) * back];
  const draw = out.getContext("2d");
  draw.fillStyle = ground;
  draw.fillRect(0, 0, out.width, out.height);
  draw.imageSmoothingQuality = "high";
  draw.setTransform(grow, 0, 0, grow, out.width / 2 - x * grow, out.height / 2 - y * grow);
  draw.drawImage(board, 0, 0);
  const side = [out.width / grow, out.height / grow];
  return { canvas: out, left: x - side[0] / 2, top: y - side[1] / 2, side };
}

function sheet(width, height) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  return canvas;
}

/** The box around the ink and its centre of mass, in pixels. */
function ink({ data, width, height }, ground) {
  let [left, right, top, bottom] = [width, -1, height, -1];
  let [mass, x, y] = [0, 0, 0];
  for (let i = 0, at = 0; i < height; i += 1) {
    for (let j = 0; j < width; j += 1, at += 4) {
      const weight = Math.abs(data[at] - ground);
      if (weight < INK) continue;
      left = Math.min(left, j);
      right = Math.max(right, j);
      top = Math.min(top, i);
      bottom = Math.max(bottom, i);
      mass += weight;
      x += weight * j;
      y += weight * i;
    }
  }
  return mass ? { left, right, top, bottom, x: x / mass, y: y / mass } : null;
}
