/** A path as the kernel writes it into its lists: blanks, tabs, line ends and backslashes as three octal digits (proc_pid_mountinfo(5)). */
export function unescapedPath(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
