/** One look through some bytes. All fields are 32 bits wide; positions are relative to `base`. */
@unmanaged
export class Search {
  /** address of the bytes */
  base: u32
  /** matches begin at or after it */
  from: u32
  /** matches begin before it */
  to: u32
  /** matches end at or before it */
  end: u32
  /** where the next sample is read: the look is over once it is at or after `last` */
  next: u32
  /** no sample is read at or after it */
  last: u32
  /** address of `Match`, as many as `room` */
  matches: u32
  room: u32
  found: u32
}

@unmanaged
export class Match {
  needle: u32
  at: u32
}
