'use client';

import { Button, createTheme, MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { api, TRPCProvider } from '../src/server/api';
import { isMissing } from '../src/server/missing';

/** Shades dark enough at one end, and light enough at the other, to be legible on white and on black. */
const leaf = [
  '#e9f7ef',
  '#d3efdf',
  '#a6dfbf',
  '#77ce9d',
  '#50c081',
  '#37b770',
  '#1f9d58',
  '#147f45',
  '#0f6a39',
  '#09552c',
] as const;

const theme = createTheme({
  colors: { leaf },
  primaryColor: 'leaf',
  primaryShade: { light: 8, dark: 3 },
  autoContrast: true,
  fontFamily: 'system-ui, sans-serif',
  components: {
    Button: Button.extend({
      // Mantine uses the light scheme's contrast in the dark scheme too.
      vars: (_, { variant = 'filled', color }) => ({
        root:
          variant === 'filled' && color === undefined
            ? { '--button-color': 'var(--mantine-primary-color-contrast)' }
            : {},
      }),
    }),
  },
});

export function Providers({ children }: { readonly children: ReactNode }) {
  const [queryClient] = useState(
    // A missing resource is still missing at the second request.
    () =>
      new QueryClient({
        defaultOptions: { queries: { retry: (failures, error) => failures < 1 && !isMissing(error) } },
      }),
  );
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <TRPCProvider queryClient={queryClient} trpcClient={api}>
          {children}
        </TRPCProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
