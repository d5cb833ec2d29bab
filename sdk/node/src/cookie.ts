/** The value of one cookie of a `Cookie` header. */
export function cookie(header: string | undefined, name: string): string | undefined {
  const found = (header ?? "").split(/; */).find((pair) => pair.startsWith(`${name}=`));
  return found?.slice(name.length + 1) || undefined;
}

/** A `Set-Cookie` header for a cookie that no script reads and no other site's form brings. Without `expires` it is deleted. */
export function setCookie(name: string, value: string, secure: boolean, expires?: Date): string {
  const until = (expires ?? new Date(0)).toUTCString();
  return `${name}=${expires ? value : ""}; Path=/; Expires=${until}; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
}
