/** What part of the run the charts over time show, and buttons to change it. The page script brings it to life. */
export function ZoomBar({ id }: { id: string }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a row of buttons is no fieldset
    <div class="zoom" role="group" aria-label="Time shown in the charts" data-zoom-bar>
      <p class="zoom-range" aria-live="polite">
        All charts over time show the whole run.
      </p>
      <div class="zoom-buttons">
        <button type="button" data-zoom="in">
          Zoom in
        </button>
        <button type="button" data-zoom="out">
          Zoom out
        </button>
        <button type="button" data-zoom="earlier">
          Earlier
        </button>
        <button type="button" data-zoom="later">
          Later
        </button>
        <button type="button" data-zoom="all">
          Show all
        </button>
      </div>
      <p class="zoom-hint" id={`${id}-hint`}>
        Drag across a chart over time to look closer; in a focused chart: arrow keys move, + and − zoom, 0 or Escape shows all.
      </p>
    </div>
  );
}

/** Slots or runners as rows. Without JavaScript, and on paper, both charts are shown. */
export function RowsSwitch() {
  return (
    // biome-ignore lint/a11y/useSemanticElements: two buttons are no fieldset
    <div class="rows-switch" role="group" aria-label="Rows of the chart of holds">
      <button type="button" data-rows-of="slots" aria-pressed="true">
        Rows: slots
      </button>
      <button type="button" data-rows-of="runners" aria-pressed="false">
        Rows: runners
      </button>
    </div>
  );
}
