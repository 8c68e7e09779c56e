/**
 * Asks for the next item as soon as one is handed out, so that reading and computing overlap. An error comes when its item would.
 */
export async function* prefetch<T>(items: AsyncIterableIterator<T>): AsyncIterableIterator<T> {
  let coming: Promise<IteratorResult<T>> | undefined;
  try {
    coming = items.next();
    for (;;) {
      const { done, value } = await coming;
      if (done) return;
      coming = items.next();
      // The error is kept for the next turn; without a listener it would count as unhandled until then.
      coming.catch(() => {});
      yield value;
    }
  } finally {
    await coming?.catch(() => {});
    await items.return?.();
  }
}
