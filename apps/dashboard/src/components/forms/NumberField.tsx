import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useState } from 'react';
import { leftNumber } from '../../request/numbers';

interface NumberFieldProps extends Omit<NumberInputProps, 'value' | 'onChange' | 'min' | 'max'> {
  readonly value: number | null;
  readonly min: number;
  readonly max?: number;
  /** Whether the field may be empty, which stands for null. */
  readonly optional?: boolean;
  /** Called when the user leaves the field or presses Enter, if the value has changed. */
  readonly onLeave: (value: number | null) => void;
}

/** A number field that commits when the user leaves it; while typing, the text may be anything. */
export function NumberField({ value, min, max, optional, onLeave, ...rest }: NumberFieldProps) {
  const [typed, setTyped] = useState<string | number>(value ?? '');
  const [seen, setSeen] = useState(value);
  const [told, setTold] = useState(value);
  // A value set from outside replaces the typed text.
  if (seen !== value) {
    setSeen(value);
    setTold(value);
    setTyped(value ?? '');
  }
  /** Commits the value once: leaving the field after Enter does not repeat it, and Enter retries a refused value. */
  const leave = (known: number | null): void => {
    const kept = leftNumber(typed, { before: value, min, max, optional });
    setTyped(kept ?? '');
    setTold(kept);
    if (kept !== known) onLeave(kept);
  };
  return (
    <NumberInput
      {...rest}
      min={min}
      {...(max !== undefined && { max })}
      clampBehavior="none"
      value={typed}
      onChange={setTyped}
      onBlur={() => leave(told)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') leave(value);
      }}
    />
  );
}
