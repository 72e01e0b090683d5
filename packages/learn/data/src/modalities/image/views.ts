/** A window on the image, free of its size so that one view serves any image. */
export interface CropBox {
  /** Area over that of the largest window with the network's shape, in (0, 1]. */
  readonly area: number;
  /** Width over height, relative to that window's. */
  readonly aspect: number;
  /** Place between the left (0) and the right (1) end of the room there is. */
  readonly x: number;
  /** Place between top (0) and bottom (1). */
  readonly y: number;
}

/** One fixed way to look at an image. The steps apply in the order of the fields. */
export interface View {
  /** null is the platform's own framing, that of evaluation. */
  readonly crop: CropBox | null;
  /** Mirrors left and right. */
  readonly flip: boolean;
  /** Degrees clockwise about the centre. */
  readonly rotate: number;
  /** Factors; 1 changes nothing. Defined as torchvision's ColorJitter defines them. */
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
}

export const identityView: View = {
  crop: null,
  flip: false,
  rotate: 0,
  brightness: 1,
  contrast: 1,
  saturation: 1,
};

/** A string that is equal exactly for equal views, to be part of a cache key. */
export function viewKey(view: View): string {
  const { crop, flip, rotate, brightness, contrast, saturation } = view;
  const box = crop === null ? 'full' : [crop.area, crop.aspect, crop.x, crop.y].join(',');
  return ['v1', box, flip ? 'flip' : 'plain', rotate, brightness, contrast, saturation].join(';');
}
