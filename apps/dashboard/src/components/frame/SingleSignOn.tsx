import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { leaveForSingleSignOn } from '../../server/signIn';
import { Problem } from '../Message';

interface SingleSignOnProps {
  /** Returns the page to come back to when the button is pressed. */
  readonly back: () => string;
}

/** A button that starts single sign-on, and the reason if that fails. */
export function SingleSignOn({ back }: SingleSignOnProps) {
  const { isPending, error, mutate } = useMutation({ mutationFn: () => leaveForSingleSignOn(back()) });
  return (
    <>
      <Button variant="default" loading={isPending} onClick={() => mutate()}>
        Single sign-on
      </Button>
      {error !== null && <Problem error={error} />}
    </>
  );
}
