import { runCommand } from '../command.js';
import { audioTask } from './task.js';

await runCommand({
  program: 'tools/dist/pretrain/audio/main.js',
  target: 'plugins/audio-mini/weights/audio-mini.onnx',
  data: 'synthesised by tools/pretrain/audio/recipes; no recordings from elsewhere',
  defaults: { seed: 1, steps: 3500, classes: 1000, batch: 64, rate: 0.002 },
  taskOf: audioTask,
});
