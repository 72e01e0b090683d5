'use client';

import {
  ActionIcon,
  Anchor,
  AppShell,
  Burger,
  Group,
  NavLink,
  Text,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import Link from 'next/link';
import { usePathname, useRouter } from 'next/navigation';
import { useEffect, type ReactNode } from 'react';
import { isOpenPage, signInPage } from '../../server/signIn';
import { useSession } from '../../server/useSession';
import { Account } from './Account';

const places = [
  { href: '/studies', label: 'Studies' },
  { href: '/datasets', label: 'Datasets' },
  { href: '/backbones', label: 'Backbones' },
  { href: '/models', label: 'Models' },
  { href: '/compare', label: 'Compare' },
  { href: '/workers', label: 'Workers' },
] as const;

/** Links on the server of a team. */
const teamPlaces = [{ href: '/team', label: 'Team' }] as const;

/** Whether the page may be shown; sends a user who is not signed in to the sign-in page. */
function useAdmission(path: string): boolean {
  const { data } = useSession();
  const router = useRouter();
  const refused = data?.mode === 'team' && data.organization === null && !isOpenPage(path);
  useEffect(() => {
    if (refused) router.replace(signInPage(path));
  }, [refused, router, path]);
  return !refused;
}

export function Shell({ children }: { readonly children: ReactNode }) {
  const [opened, { toggle, close }] = useDisclosure();
  const path = usePathname();
  const admitted = useAdmission(path);
  const { data: session } = useSession();
  const open = isOpenPage(path);
  const shown = session?.mode === 'team' ? [...places, ...teamPlaces] : places;
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 200, breakpoint: 'sm', collapsed: { mobile: open || !opened, desktop: open } }}
      padding="md"
    >
      <Anchor href="#content" className="skip">
        Skip to content
      </Anchor>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between">
          <Group>
            {!open && <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />}
            <Text fw={700} c="inherit" td="none" component={Link} href="/studies">
              Espalier
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Account />
            <SchemeButton />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" component="nav" aria-label="Main">
        {shown.map(({ href, label }) => (
          <NavLink
            key={href}
            component={Link}
            href={href}
            label={label}
            active={path.startsWith(href)}
            variant="filled"
            color="leaf.8"
            aria-current={path.startsWith(href) ? 'page' : undefined}
            onClick={close}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main id="content">{admitted && children}</AppShell.Main>
    </AppShell>
  );
}

function SchemeButton() {
  const { toggleColorScheme } = useMantineColorScheme();
  return (
    <ActionIcon
      variant="default"
      size="lg"
      onClick={toggleColorScheme}
      aria-label="Switch between light and dark"
    >
      ◐
    </ActionIcon>
  );
}
