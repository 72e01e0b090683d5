import { Anchor, Table, Title, Typography } from '@mantine/core';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';

/** The page has a title of its own; pictures of a card lie in a folder that pages do not reach. */
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
  // It may be wider than the page, and is reached by the keyboard then.
  pre: ({ children }) => <pre tabIndex={0}>{children}</pre>,
  table: ({ children }) => (
    <Table.ScrollContainer minWidth={400}>
      <Table>{children}</Table>
    </Table.ScrollContainer>
  ),
};

/** A model card; HTML in it is left out. */
export function Card({ text }: { readonly text: string }) {
  return (
    <Typography style={{ overflowWrap: 'anywhere' }}>
      <Markdown remarkPlugins={[remarkGfm]} skipHtml components={components}>
        {text}
      </Markdown>
    </Typography>
  );
}
