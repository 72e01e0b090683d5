'use client';

import { Button, createTheme, MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';

/** Dark enough at one end, and light enough at the other, to be read by all on white and on black. */
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
  // The contrast is reckoned for one of the two shades alone.
  components: { Button: Button.extend({ defaultProps: { color: 'leaf.8' } }) },
  fontFamily: 'system-ui, sans-serif',
});

export function Providers({ children }: { readonly children: ReactNode }) {
  const [client] = useState(() => new QueryClient({ defaultOptions: { queries: { retry: 1 } } }));
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    </MantineProvider>
  );
}
