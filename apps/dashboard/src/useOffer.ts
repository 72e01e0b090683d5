'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from './api';

/** Everything that a study can be asked for by name, with what the server's plugins bring. */
export const useOffer = () => useQuery({ queryKey: ['offer'], queryFn: () => api.offer.get.query() });
