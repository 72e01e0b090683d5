import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useState } from 'react';
import { leftNumber } from '../numbers';

interface NumberFieldProps extends Omit<NumberInputProps, 'value' | 'onChange' | 'min' | 'max'> {
  readonly value: number | null;
  readonly min: number;
  readonly max?: number;
  /** Whether it may be left empty, which is null. */
  readonly optional?: boolean;
  /** Called once somebody leaves the field or presses Enter, and it holds something else than before. */
  readonly onLeave: (value: number | null) => void;
}

/** A number that counts once it is typed to its end; while it is typed there may stand anything. */
export function NumberField({ value, min, max, optional, onLeave, ...rest }: NumberFieldProps) {
  const [typed, setTyped] = useState<string | number>(value ?? '');
  const [seen, setSeen] = useState(value);
  const [told, setTold] = useState(value);
  // One from elsewhere replaces what stands there.
  if (seen !== value) {
    setSeen(value);
    setTold(value);
    setTyped(value ?? '');
  }
  /** Leaving it behind Enter tells nothing twice; Enter tells again what was refused. */
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
