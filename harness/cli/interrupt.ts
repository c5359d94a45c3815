/**
 * A signal that Ctrl-C (SIGINT) and SIGTERM abort. The first one lets the command stop what it started and keep what it
 * recorded; a second one ends Lethe at once.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController()
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(130)
    process.stderr.write(
      '\nlethe: interrupted; stopping the deployment and keeping the run (once more to leave at once)\n',
    )
    controller.abort()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  return controller.signal
}
