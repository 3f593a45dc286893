// Images and documents are looked at, not waved through: base64 must decode, the bytes must be what the media type
// says, and their size in tokens comes from their real dimensions or pages.
import { PDF_PAGE_TOKENS, tokensOf, tokensOfImage } from './tokenizer.ts';

export const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const;
const URL_IMAGE_TOKENS = tokensOfImage(1024, 768);
const IMAGE_BYTES = 5 * 1024 * 1024;
const PDF_PAGES = 600;

export type Media = { readonly tokens: number } | { readonly problem: string };

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function decode(data: string): Buffer | null {
  return data.length > 0 && data.length % 4 === 0 && BASE64.test(data) ? Buffer.from(data, 'base64') : null;
}

function sniff(bytes: Buffer): string | null {
  if (bytes.length > 24 && bytes.readUInt32BE(0) === 0x89504e47) return 'image/png';
  if (bytes.length > 4 && bytes.readUInt16BE(0) === 0xffd8) return 'image/jpeg';
  if (bytes.subarray(0, 4).toString('latin1') === 'GIF8' && bytes.length > 10) return 'image/gif';
  if (bytes.subarray(0, 4).toString('latin1') === 'RIFF' && bytes.subarray(8, 12).toString('latin1') === 'WEBP')
    return 'image/webp';
  return null;
}

/** Width and height where the header says so; 1024 × 768 where this reader does not know the form. */
function dimensions(bytes: Buffer, type: string): { width: number; height: number } {
  if (type === 'image/png') return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  if (type === 'image/gif') return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  if (type === 'image/jpeg') {
    let at = 2;
    while (at + 9 < bytes.length && bytes[at] === 0xff) {
      const marker = bytes[at + 1] ?? 0;
      if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
        return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
      }
      at += 2 + bytes.readUInt16BE(at + 2);
    }
  }
  return { width: 1024, height: 768 };
}

/** An image in base64 under a declared media type. */
export function imageBase64(mediaType: string, data: string): Media {
  const bytes = decode(data);
  if (bytes === null) return { problem: 'invalid base64 data' };
  if (bytes.length > IMAGE_BYTES)
    return { problem: `image exceeds 5 MB maximum: ${bytes.length} bytes > ${IMAGE_BYTES} bytes` };
  const found = sniff(bytes);
  if (found === null) return { problem: 'Could not process image' };
  if (found !== mediaType) {
    return {
      problem: `The image was specified using the ${mediaType} media type, but the image appears to be a ${found} image`,
    };
  }
  const { width, height } = dimensions(bytes, found);
  return { tokens: tokensOfImage(width, height) };
}

/** An image by URL. The lab fetches nothing; it only insists on http(s). */
export function imageUrl(url: string): Media {
  return /^https?:\/\/./.test(url) ? { tokens: URL_IMAGE_TOKENS } : { problem: 'Only HTTPS URLs are supported' };
}

/** An OpenAI `image_url`: a data URL or a link. */
export function imageAnyUrl(url: string): Media {
  const data = /^data:([a-z]+\/[a-z0-9.+-]+);base64,([\s\S]*)$/.exec(url);
  return data === null ? imageUrl(url) : imageBase64(data[1] ?? '', data[2] ?? '');
}

export function pdfBase64(data: string): Media {
  const bytes = decode(data);
  if (bytes === null) return { problem: 'invalid base64 data' };
  if (bytes.subarray(0, 5).toString('latin1') !== '%PDF-') return { problem: 'The PDF specified was not valid.' };
  const pages = Math.max(1, bytes.toString('latin1').match(/\/Type\s*\/Page(?![s\w])/g)?.length ?? 1);
  if (pages > PDF_PAGES) return { problem: `A maximum of ${PDF_PAGES} PDF pages may be provided.` };
  return { tokens: pages * PDF_PAGE_TOKENS };
}

export const plainDocument = (text: string): Media => ({ tokens: tokensOf(text) });
