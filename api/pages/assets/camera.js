// Reading a code by the camera, or from a photo where the page gets no camera (plain http, some apps).
// The decoder is fetched at the first use: whoever never scans never loads it.

const EVERY_MS = 120;
const SIDE_MAX_PX = 1000;

async function decode(source, width, height) {
  const { decodeQR } = await import('./qr.js');
  const scale = Math.min(1, SIDE_MAX_PX / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  try {
    return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height));
  } catch (error) {
    return null; // no code in this picture
  }
}

export const hasCamera = () => Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);

/** Show the camera in `video` until a code is read. Resolves with its text; rejects if there is no camera. */
export async function scan(video) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
  video.srcObject = stream;
  video.hidden = false;
  try {
    await video.play();
    for (;;) {
      const text = video.videoWidth ? await decode(video, video.videoWidth, video.videoHeight) : null;
      if (text) return text;
      await new Promise((again) => setTimeout(again, EVERY_MS));
    }
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
    video.hidden = true;
  }
}

/** The text of the code in a photo, or null. */
export async function readPhoto(file) {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return await decode(image, image.naturalWidth, image.naturalHeight);
  } finally {
    URL.revokeObjectURL(url);
  }
}
