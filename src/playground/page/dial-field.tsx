import { useState } from 'preact/hooks';
import { boundsText, type Dial, fieldText, placeOf, sliderEnds, valueAt, valueOfField } from './dials.js';

/** A number with its slider and its field. The field takes what is exact, the slider what is near. */
export function DialField({ dial, value, change }: { dial: Dial; value: number; change: (value: number) => void }) {
  const { name, label, unit } = dial;
  const { first, last } = sliderEnds(dial);
  const id = `playground-${name}`;
  const shown = fieldText(dial, value);
  return (
    <div class="dial">
      <label for={`${id}-slider`} id={`${id}-label`}>
        {label}
      </label>
      <input
        id={`${id}-slider`}
        type="range"
        min={first}
        max={last}
        step={1}
        value={placeOf(dial, value)}
        aria-valuetext={shown === '' ? 'none' : `${shown} ${unit}`}
        onInput={(event) => change(valueAt(dial, Number(event.currentTarget.value)))}
      />
      <NumberField dial={dial} id={id} shown={shown} change={change} />
    </div>
  );
}

/** While somebody writes, the text is theirs. */
function NumberField({ dial, id, shown, change }: { dial: Dial; id: string; shown: string; change: (value: number) => void }) {
  const [written, setWritten] = useState<string | undefined>(undefined);
  const isWrong = written !== undefined && valueOfField(dial, written) === undefined;
  return (
    <span class="exact">
      <input
        id={id}
        type="text"
        inputMode="decimal"
        autocomplete="off"
        size={8}
        value={written ?? shown}
        placeholder={dial.bounds.mayBeNone === true ? 'none' : undefined}
        aria-label={`${dial.label}${dial.unit === '' ? '' : `, ${dial.unit}`}`}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? `${id}-wrong` : undefined}
        onInput={(event) => {
          const text = event.currentTarget.value;
          setWritten(text);
          const value = valueOfField(dial, text);
          if (value !== undefined) change(value);
        }}
        onBlur={() => setWritten(undefined)}
      />
      <span class="unit">{dial.unit}</span>
      {isWrong ? (
        <span id={`${id}-wrong`} class="wrong" role="alert">
          {`expected ${boundsText(dial)}`}
        </span>
      ) : null}
    </span>
  );
}

/** One of a few words. */
export function WordField<Word extends string | number>(props: {
  id: string;
  label: string;
  words: readonly Word[];
  value: Word;
  text?: (word: Word) => string;
  change: (word: Word) => void;
}) {
  const { id, label, words, value, text = String, change } = props;
  return (
    <div class="dial">
      <label for={`playground-${id}`}>{label}</label>
      <select id={`playground-${id}`} value={value} onInput={(event) => change(words[event.currentTarget.selectedIndex] as Word)}>
        {words.map((word) => (
          <option value={word}>{text(word)}</option>
        ))}
      </select>
    </div>
  );
}
