/** A start tag. */
export interface XmlElement {
  readonly name: string;
  /** Without the prefix. */
  readonly local: string;
  /** The namespace, `''` for none. */
  readonly uri: string;
  readonly attributes: readonly XmlAttribute[];
  /** The offset of its `<`. */
  readonly offset: number;
}

export interface XmlAttribute {
  readonly name: string;
  readonly local: string;
  readonly uri: string;
  readonly value: string;
}
