import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { leaveForSingleSignOn } from '../signIn';
import { Problem } from './Message';

interface SingleSignOnProps {
  /** Gives the page to come back to, when the button is pressed. */
  readonly back: () => string;
}

/** The button that leaves for single sign-on, and why it could not. */
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
