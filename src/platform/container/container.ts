import 'reflect-metadata';
import { container as rootContainer, type DependencyContainer } from 'tsyringe';

export type Container = DependencyContainer;

/** A name in the container that carries the type of what is registered under it. */
export type Token<T> = { readonly id: symbol; readonly type?: T };

export function token<T>(name: string): Token<T> {
  return { id: Symbol(name) };
}

/** An empty container, apart from every other one (tsyringe's own root is never used). */
export function createContainer(): Container {
  return rootContainer.createChildContainer();
}

/**
 * Registers how a value is made. It is made once, when it is first asked for.
 * Factories only, no decorators: runners built on esbuild emit no decorator metadata, and a
 * constructor parameter would silently become undefined there.
 */
export function provide<T>(
  container: Container,
  wanted: Token<T>,
  make: (container: Container) => T,
): void {
  let made: { value: T } | undefined;
  container.register<T>(wanted.id, {
    useFactory: () => {
      made ??= { value: make(container) };
      return made.value;
    },
  });
}

/** The value registered under the token. Throws when nothing is. */
export function resolve<T>(container: Container, wanted: Token<T>): T {
  return container.resolve<T>(wanted.id);
}
