// The microphone: opened at the first recording, closed when the page is left.

import { RATE, resampled } from "./wav.js";

/** Why there is no microphone, as a key of the words. */
export class NoMicrophone extends Error {
  constructor(key) {
    super(key);
    this.key = key;
  }
}

let opened = null;

/** Whether this page may ask for a microphone at all. */
export const possible = () => Boolean(navigator.mediaDevices?.getUserMedia && window.AudioWorkletNode);

async function open() {
  if (!possible()) throw new NoMicrophone("data.microphone_insecure");
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } }).catch((error) => {
    throw new NoMicrophone(error.name === "NotAllowedError" ? "data.microphone_denied" : "data.microphone_none");
  });
  const context = new AudioContext();
  await context.audioWorklet.addModule("/js/data/recorder-worklet.js");
  const source = context.createMediaStreamSource(stream);
  const node = new AudioWorkletNode(context, "mb-recorder", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
  source.connect(node);
  return { stream, context, node };
}

/**
 * Records for so many seconds; `level(peak)` is told how loud it is. Gives samples at RATE.
 * Throws NoMicrophone where there is none.
 */
export async function record(seconds, level = () => {}) {
  opened ??= open();
  const { context, node } = await opened.catch((error) => {
    opened = null;
    throw error;
  });
  await context.resume();
  const blocks = [];
  let length = 0;
  const wanted = Math.round(seconds * context.sampleRate);
  await new Promise((done, failed) => {
    const late = setTimeout(() => failed(new NoMicrophone("data.microphone_silent")), 1000 * seconds + 4000);
    node.port.onmessage = ({ data }) => {
      blocks.push(data);
      length += data.length;
      level(data.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
      if (length < wanted) return;
      clearTimeout(late);
      done();
    };
  }).finally(() => { node.port.onmessage = null; });
  const samples = new Float32Array(wanted);
  let at = 0;
  for (const block of blocks) {
    samples.set(block.subarray(0, Math.max(0, wanted - at)), Math.min(at, wanted));
    at += block.length;
  }
  return resampled(samples, context.sampleRate);
}

/** Lets go of the microphone. */
export async function letGo() {
  const was = opened;
  opened = null;
  const found = await was?.catch(() => null);
  found?.stream.getTracks().forEach((track) => track.stop());
  await found?.context.close();
}

export { RATE };
