/** `ext4`: an image in RAM that keeps what was ever written. `tmpfs`: a file system in RAM. */
export type GroundKind = 'ext4' | 'tmpfs'

/** Where a played deployment writes. */
export interface Ground extends Disposable {
  readonly kind: GroundKind
  /** empty at first */
  readonly folder: string
  /** the image that the folder's file system lies in, where there is one */
  readonly image: string | null
}
