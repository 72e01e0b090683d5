'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from './api';

/** Loads the backbones, dimensions, samplers and pruners of the server and its plugins. */
export const useOffer = () => useQuery({ queryKey: ['offer'], queryFn: () => api.offer.get.query() });
