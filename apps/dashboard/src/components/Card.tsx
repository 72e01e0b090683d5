import { Anchor, Table, Title, Typography } from '@mantine/core';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';

/** Leaves out the card's title, since the page has its own, and pictures, which lie in a folder out of its reach. */
const components: Components = {
  h1: ({ children }) => (
    <Title order={3} size="h4">
      {children}
    </Title>
  ),
  h2: ({ children }) => (
    <Title order={3} size="h5">
      {children}
    </Title>
  ),
  h3: ({ children }) => (
    <Title order={4} size="h6">
      {children}
    </Title>
  ),
  a: ({ href, children }) => (
    <Anchor href={href} rel="noreferrer noopener" target="_blank">
      {children}
    </Anchor>
  ),
  img: () => null,
  // A table may be wider than the page; the keyboard must be able to scroll it.
  pre: ({ children }) => <pre tabIndex={0}>{children}</pre>,
  table: ({ children }) => (
    <Table.ScrollContainer minWidth={400}>
      <Table>{children}</Table>
    </Table.ScrollContainer>
  ),
};

/** Renders a model card without its HTML. */
export function Card({ text }: { readonly text: string }) {
  return (
    <Typography style={{ overflowWrap: 'anywhere' }}>
      <Markdown remarkPlugins={[remarkGfm]} skipHtml components={components}>
        {text}
      </Markdown>
    </Typography>
  );
}
