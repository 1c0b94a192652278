/** Each visited when all that it waits for has been, with success; without, what waits for it is not. */
export async function inDependencyOrder<T>(
  all: readonly T[],
  waitsFor: (one: T) => readonly T[],
  visit: (one: T) => Promise<boolean>,
): Promise<boolean> {
  const visits = new Map<T, Promise<boolean>>();
  const visited = (one: T): Promise<boolean> => {
    const known = visits.get(one);
    if (known !== undefined) {
      return known;
    }
    const first = Promise.all(
      waitsFor(one)
        .filter((other) => all.includes(other))
        .map(visited),
    );
    const visiting = first.then((done) => done.every(Boolean) && visit(one));
    visits.set(one, visiting);
    return visiting;
  };
  return (await Promise.all(all.map(visited))).every(Boolean);
}
