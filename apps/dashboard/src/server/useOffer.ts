'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from './api';

/** Loads the backbones, dimensions, samplers and pruners of the server and its plugins. */
export const useOffer = () => useQuery(useTRPC().offer.get.queryOptions());
