/**
 * The largest rate of leaking exchanges that 0 leaks in `n` exchanges leave open at 95 % confidence:
 * the Clopper–Pearson upper limit for k = 0, 1 − 0.05^(1/n) (Clopper and Pearson, Biometrika 26, 1934).
 */
export function zeroOf(n: number): string {
  const limit = 1 - 0.05 ** (1 / n)
  return `0 of ${n} exchanges; at most ${(100 * limit).toPrecision(3)} % at 95 %`
}
