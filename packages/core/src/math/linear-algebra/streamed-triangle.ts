/**
 * Takes rows into the triangle R of their QR decomposition, by Householder reflections: R afterwards has the same RᵀR as the
 * old R and the rows together. So least squares over any number of rows need room for a few of them.
 *
 * @param r  width × width, row-major, upper triangular; zeros at first; changed
 * @param rows  count × width, row-major; used up
 * @see https://doi.org/10.1137/080731992 Demmel, Grigori, Hoemmen, Langou: communication-optimal QR factorisations
 */
export function addToTriangle(r: Float64Array, width: number, rows: Float64Array, count: number): void {
  for (let j = 0; j < width; j++) {
    let below = 0;
    for (let i = 0; i < count; i++) {
      const v = rows[i * width + j] as number;
      below += v * v;
    }
    if (below === 0) continue;
    const head = r[j * width + j] as number;
    const norm = Math.sqrt(head * head + below);
    const alpha = head > 0 ? -norm : norm;
    const first = head - alpha;
    const scale = norm * (norm + Math.abs(head));
    const shares = new Float64Array(width);
    for (let c = j + 1; c < width; c++) shares[c] = first * (r[j * width + c] as number);
    for (let i = 0; i < count; i++) {
      const at = i * width;
      const v = rows[at + j] as number;
      if (v === 0) continue;
      for (let c = j + 1; c < width; c++) shares[c] = (shares[c] as number) + v * (rows[at + c] as number);
    }
    for (let c = j + 1; c < width; c++) {
      const share = (shares[c] as number) / scale;
      shares[c] = share;
      r[j * width + c] = (r[j * width + c] as number) - share * first;
    }
    for (let i = 0; i < count; i++) {
      const at = i * width;
      const v = rows[at + j] as number;
      if (v === 0) continue;
      for (let c = j + 1; c < width; c++) rows[at + c] = (rows[at + c] as number) - (shares[c] as number) * v;
    }
    r[j * width + j] = alpha;
  }
}
