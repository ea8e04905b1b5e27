import type { CampaignStore } from '../../../../src/platform/first-come/campaign-store.ts';

/** Something that is waited for until the test lets it go on. */
export function createLatch(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** An `admit` that begins only when the test lets it: what is let in meanwhile waits in Redis. */
export function holdAdmit({ admit }: CampaignStore): Pick<CampaignStore, 'admit'> & {
  /** Resolves when a drain has taken entries and is held up. */
  held: Promise<void>;
  release: () => void;
} {
  const held = createLatch();
  const released = createLatch();
  return {
    held: held.opened,
    release: released.open,
    admit: async (...args) => {
      held.open();
      await released.opened;
      return admit(...args);
    },
  };
}
