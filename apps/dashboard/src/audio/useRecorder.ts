'use client';

import { useEffect, useRef, useState } from 'react';
import { mixed, wavOf } from './wav';

/** Longest recording; a longer one is cut off. */
const MOST_MILLISECONDS = 30_000;

/** Records from the microphone as WAV, since models cannot read the browsers' own formats. */
export function useRecorder(onRecorded: (file: Blob) => void, onError: (error: Error) => void) {
  const [recording, setRecording] = useState(false);
  const recorder = useRef<MediaRecorder | null>(null);
  useEffect(() => () => release(recorder.current), []);

  const start = async (): Promise<void> => {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const own = new MediaRecorder(stream);
      const chunks: Blob[] = [];
      own.ondataavailable = ({ data }) => chunks.push(data);
      own.onstop = () => {
        release(own);
        setRecording(false);
        wavFrom(new Blob(chunks)).then(onRecorded, onError);
      };
      recorder.current = own;
      own.start();
      setRecording(true);
      setTimeout(() => own.state === 'recording' && own.stop(), MOST_MILLISECONDS);
    } catch (cause) {
      onError(new Error('The microphone cannot be used. Allow this page to use it', { cause }));
    }
  };
  const stop = (): void => recorder.current?.stop();
  return { recording, start, stop };
}

function release(recorder: MediaRecorder | null): void {
  for (const track of recorder?.stream.getTracks() ?? []) track.stop();
}

async function wavFrom(recorded: Blob): Promise<Blob> {
  const context = new AudioContext();
  try {
    const audio = await context.decodeAudioData(await recorded.arrayBuffer());
    const channels = Array.from({ length: audio.numberOfChannels }, (_, i) => audio.getChannelData(i));
    return wavOf(mixed(channels), audio.sampleRate);
  } finally {
    await context.close();
  }
}
