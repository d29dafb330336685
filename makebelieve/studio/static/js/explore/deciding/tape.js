// Runs beside the sound: hands every block of samples to the page.

class Tape extends AudioWorkletProcessor {
  process([input]) {
    if (input.length) this.port.postMessage(input[0].slice());
    return true;
  }
}

registerProcessor("tape", Tape);
